/**
 * Completion scripts. `kubectl` is the executable that kubectl 1.26 and newer calls to complete `kubectl backup …`: it must be
 * on PATH as kubectl_complete-backup. The others complete the command `kubectl-backup` itself, and need nothing else.
 */
export const SCRIPTS = {
  kubectl: `#!/bin/sh
# Called by kubectl (1.26 or newer) to complete "kubectl backup ...". Put it on PATH as kubectl_complete-backup.
exec kubectl-backup __complete "$@"`,

  bash: `# source <(kubectl-backup completion bash)
_kubectl_backup() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in :*) ;; *) COMPREPLY+=("\${line%%$'\\t'*}") ;; esac
  done < <(kubectl-backup __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _kubectl_backup kubectl-backup`,

  zsh: `#compdef kubectl-backup
# source <(kubectl-backup completion zsh)
_kubectl_backup() {
  local line
  local -a found
  while IFS= read -r line; do
    case "$line" in :*) ;; *) found+=("\${\${line//:/\\\\:}/$'\\t'/:}") ;; esac
  done < <(kubectl-backup __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe 'kubectl-backup' found
}
compdef _kubectl_backup kubectl-backup`,

  fish: `# kubectl-backup completion fish | source
function __kubectl_backup
  set -l words (commandline -opc) (commandline -ct)
  kubectl-backup __complete $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-backup -f -a '(__kubectl_backup)'`,

  powershell: `# kubectl-backup completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kubectl-backup -ScriptBlock {
  param($word, $tree, $position)
  $words = @($tree.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '""' }
  kubectl-backup __complete @words 2>$null | Where-Object { $_ -notlike ':*' } | ForEach-Object {
    $value, $text = $_ -split "\`t", 2
    if (-not $text) { $text = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
  }
}`,
} as const
