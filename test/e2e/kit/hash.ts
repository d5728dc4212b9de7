/** Shell script: prints one sha256 over every file below a folder, with kind, mode, owner, time, link target and bytes. */
export function treeHash(folder: string): string {
  return `cd ${folder} && { find . -mindepth 1 -path ./lost+found -prune -o -mindepth 1 \\( -type f -printf '%s ' -o -true \\) -printf '%y %m %U %G %T@ %n %l %p\\n' | LC_ALL=C sort
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum; } | sha256sum | cut -d' ' -f1`
}
