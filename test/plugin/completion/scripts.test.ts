import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { SCRIPTS } from '../../../plugin/completion/scripts.ts'

describe('completion scripts', () => {
  it('are the same for kubectl here and in plugin/kubectl_complete-backup', () => {
    assert.equal(readFileSync(new URL('../../../plugin/completion/kubectl_complete-backup', import.meta.url), 'utf8'), `${SCRIPTS.kubectl}\n`)
  })
  it('complete in bash', () => {
    const program = 'kubectl-backup() { echo "args:$*" >&2; printf "list\\tList things\\n:4\\n"; }'
    const script = `${program}\n${SCRIPTS.bash}\nCOMP_WORDS=(kubectl-backup policy li) COMP_CWORD=2; _kubectl_backup; printf '%s\\n' "\${COMPREPLY[@]}"`
    assert.equal(spawnSync('bash', ['-c', script.replace('2>/dev/null', '')], { encoding: 'utf8' }).stdout, 'list\n')
    assert.match(spawnSync('bash', ['-c', script.replace('2>/dev/null', '')], { encoding: 'utf8' }).stderr, /^args:__complete policy li$/m)
  })
})
