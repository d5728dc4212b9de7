import { execFileSync } from 'node:child_process'

/**
 * Shell script that fills the folder `$1` with files of every sort, always the same. Runs in any image with sh and coreutils;
 * setfattr, setfacl and root add what needs them, and what could not be made is told on standard error as `skipped: …`.
 */
export const FIXTURE_SCRIPT = `set -eu
cd "$1"
has() { command -v "$1" >/dev/null 2>&1; }
skip() { echo "skipped: $1" >&2; }
mkdir -p plain deep/er/and/deeper 'with space' empty empty/also-empty lost+found
echo 'in a folder that is not ours' > lost+found/ignored
printf 'hello\\n' > plain/file
: > plain/empty-file
seq 1 200000 > plain/numbers
head -c 3000000 /dev/zero | tr '\\0' 'z' > plain/megabytes
cp plain/numbers deep/er/and/deeper/copy
printf 'x' > 'with space/a  b'
printf 'ü' > "$(printf 'gr\\303\\274\\303\\237e-\\346\\227\\245\\346\\234\\254')"
printf 'n' > "$(printf 'new\\nline')"
printf 'b' > "$(printf 'bytes-\\377\\376-not-utf8')"
printf 'd' > ./-dash; printf 's' > '*?[star]'; printf 'q' > "quote'\\"back\\\\slash"
name=$(head -c 255 /dev/zero | tr '\\0' 'n'); printf '255' > "$name"
long=deep/$(head -c 120 /dev/zero | tr '\\0' 'p')/$(head -c 120 /dev/zero | tr '\\0' 'q'); mkdir -p "$long"; printf 'l' > "$long/$name"
truncate -s 64M sparse; printf 'end' >> sparse; printf 'mid' | dd of=sparse bs=1 seek=33554432 conv=notrunc 2>/dev/null
truncate -s 16M all-hole
ln plain/file hard-1; ln plain/file deep/hard-2
ln -s plain/file link; ln -s /nowhere/at/all dangling; ln -s . loop; ln -s "$name" long-link
mkfifo pipe
chmod 0640 plain/file; chmod 0000 plain/empty-file; chmod 4755 plain/numbers; chmod 2750 plain; chmod 1777 empty; chmod 0555 'with space'
if [ "$(id -u)" = 0 ]; then
  chown 1234:5678 plain/megabytes deep/er; chown -h 4321:8765 link; chown 99999:4294967 "$name"
  chmod 6711 plain/megabytes
  mknod device c 1 3 2>/dev/null || skip 'device node'
  mknod block b 7 200 2>/dev/null || skip 'block device node'
else skip 'owners and device nodes (not root)'; fi
if has setfattr; then
  setfattr -n user.comment -v 'a value' plain/file && setfattr -n user.binary -v 0x00ff0a3d deep/er && setfattr -n user.on-root -v yes . || skip 'extended attributes (file system)'
else skip 'extended attributes (no setfattr)'; fi
if has setfacl; then
  setfacl -m u:1000:rwx,g:2000:r plain/megabytes && setfacl -d -m u:1000:rx deep && setfacl -m u:3000:rx . || skip 'ACLs (file system)'
else skip 'ACLs (no setfacl)'; fi
touch -h -d '2001-02-03 04:05:06.123456789 UTC' link plain/file deep/er empty/also-empty pipe "$name"
touch -d '1970-01-01 00:00:01 UTC' plain/megabytes; touch -d '2099-12-31 23:59:59.999999999 UTC' sparse
chmod 0751 .; touch -d '2011-11-11 11:11:11.111111111 UTC' plain deep .
`

/** Fills an existing folder; gives what could not be made here. */
export function buildFixture(path: string): readonly string[] {
  const output = execFileSync('sh', ['-c', `{ ${FIXTURE_SCRIPT} } 2>&1`, 'fixture', path], { encoding: 'utf8' })
  return output.split('\n').filter(line => line.startsWith('skipped: '))
}

if (import.meta.main) process.stderr.write(`${buildFixture(process.argv[2] ?? '.').join('\n')}\n`)
