import assert from 'node:assert/strict'
import test from 'node:test'
import { allowed, notForbidden } from './verdict.ts'

const outcome = (code: number, stdout: string, stderr = '') => ({ code, stdout, stderr })
const SCOPE = "Warning: resource 'persistentvolumes' is not namespace scoped\n\n"

const answers: readonly [string, Parameters<typeof allowed>[0], boolean][] = [
  ['yes', outcome(0, 'yes\n'), true],
  ['yes about what has no namespace', outcome(0, 'yes\n', SCOPE), true],
  ['no', outcome(1, 'no\n'), false],
  ['no with a reason', outcome(1, 'no - RBAC: role "x" not found\n'), false],
  ['no about what has no namespace', outcome(1, 'no\n', SCOPE), false],
]
for (const [sentence, given, may] of answers) test(`can-i says ${sentence}`, () => assert.equal(allowed(given), may))

const noAnswers: Readonly<Record<string, Parameters<typeof allowed>[0]>> = {
  'an API server that is away': outcome(1, '', 'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n'),
  'a kind that does not exist': outcome(1, 'no\n', "Warning: the server doesn't have a resource type 'backupz' in group 'holdfast.dev'\n\n"),
  'somebody who may not even ask': outcome(1, '', 'Error from server (Forbidden): selfsubjectaccessreviews.authorization.k8s.io is forbidden\n'),
  'a usage error': outcome(1, '', 'error: you must specify two arguments: verb resource\n'),
  'a command that was ended': outcome(128, '', '\nSIGTERM after 1200 s'),
  'yes that fails': outcome(1, 'yes\n'),
  'no that succeeds': outcome(0, 'no\n'),
}
for (const [sentence, given] of Object.entries(noAnswers)) {
  test(`can-i: ${sentence} is no answer`, () => assert.throws(() => allowed(given), /gave no answer/))
}

const FORBIDDEN = 'Error from server (Forbidden): backups.holdfast.dev "x" is forbidden: User "edit-b" cannot delete resource "backups" in API group "holdfast.dev" in the namespace "a"\n'
const failures: readonly [string, Parameters<typeof notForbidden>[0], RegExp | undefined][] = [
  ['a refusal by RBAC', outcome(1, '', FORBIDDEN), undefined],
  ['a refusal in a list that was applied', outcome(1, '', FORBIDDEN.replace('(Forbidden)', '(Forbidden): error when creating "STDIN"')), undefined],
  ['what was done', outcome(0, 'backup.holdfast.dev "x" deleted\n'), /was done: backup/],
  ['what is absent', outcome(1, '', 'Error from server (NotFound): backups.holdfast.dev "x" not found\n'), /not because it is forbidden/],
  ['what is invalid', outcome(1, '', 'The Backup "x" is invalid: spec: Required value\n'), /not because it is forbidden/],
  ['a refusal by an admission plugin', outcome(1, '', 'Error from server (Forbidden): pods "x" is forbidden: violates PodSecurity "restricted"\n'), /not because it is forbidden/],
  ['a refusal of somebody else', outcome(1, '', FORBIDDEN.replace('edit-b', 'stranger')), /not because it is forbidden to edit-b/],
]
for (const [sentence, given, says] of failures) {
  test(`forbidden: ${sentence} ${says === undefined ? 'is' : 'is not'} one`, () => {
    const told = notForbidden(given, 'edit-b')
    if (says === undefined) assert.equal(told, undefined)
    else assert.match(told ?? '', says)
  })
}
