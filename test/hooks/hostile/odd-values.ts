/** What JSON.stringify cannot say is put into the text afterwards: `@raw:…@` as it is, `@deep:n@` as n lists, `@long:n@` as n letters. */
export function render(value: unknown): string {
  return JSON.stringify(value)
    .replace(/"@raw:([^"@]*)@"/g, (_all, raw: string) => raw)
    .replace(/"@deep:(\d+)@"/g, (_all, levels: string) => '['.repeat(Number(levels)) + ']'.repeat(Number(levels)))
    .replace(/"@maps:(\d+)@"/g, (_all, levels: string) => '{"a":'.repeat(Number(levels)) + '1' + '}'.repeat(Number(levels)))
    .replace(/@long:(\d+)@/g, (_all, length: string) => 'x'.repeat(Number(length)))
}

/** Values that stand where another was expected. */
export const ODD_VALUES: readonly unknown[] = [
  null, true, false, 0, 1, -1, '', ' ', [], {}, [null], [[]], [{}], { a: null }, { name: null }, 'x', '0', 'null', 'true',
  '@raw:1e400@', '@raw:-1e400@', '@raw:NaN@', '@raw:-0@', '@raw:1e-400@', '@raw:9007199254740993@', '@raw:0x10@', '@raw:undefined@', 2 ** 53, 1.5, -1e308,
  '\ud800', '\udc00x', 'a\u0000b', '\u202e', 'ﬃ', '@long:5000@', '@long:300000@', '@deep:100000@', '@maps:20000@', '@deep:900@',
  '__proto__', 'constructor', 'prototype', 'toString', '../../x', '/etc/passwd', 'a/b', '%2e%2e', 'A_B', '-', '.',
  '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-21T23:59:60Z', '2026-11-21t09:00:00z', '2026-11-21T09:00:00.123456789+14:00', '0000-01-01T00:00:00Z', 'yesterday',
  'v1', 'v2', 'batch/v2', 'holdfast.dev/v1beta1', 'Job', 'Pod', 'Secret', 'Backup', 'BackupRepository', 'Deleting', 'Completed', 'Failed', 'Running', 'snapshot', 'tar', 'external',
  'kube-system', 'bank', '00000000-0000-0000-0000-000000000000', '99999999999999999999Gi', '1e999', '-5Gi',
  '{"requestedBy":"mallory","reason":""}', '{"requestedBy":', '[1,2', '{}', 'null',
]

/** Keys that stand where another was expected, or beside it. */
export const ODD_KEYS: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__', 'toJSON', 'then', 'length', '', ' ', 'x', 'shop/x', '/', 'bank/x', 'name',
  'Job.batch/v1', 'Job.batch/v2', 'VolumeSnapshot.snapshot.storage.k8s.io/v1', 'PersistentVolumeClaim.v1', 'Backup.holdfast.dev/v1alpha1', 'Pod.v1', '\ud800', '0',
]

/** Headers that a caller may send besides. */
export const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  {}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json; charset=utf-16' }, { 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': '' },
  { 'content-encoding': 'gzip' }, { 'content-encoding': 'br' }, { 'content-encoding': 'identity' }, { 'content-encoding': 'gzip, identity' }, { 'content-encoding': 'GZIP' },
  { 'x-http-method-override': 'GET' }, { accept: 'text/html' }, { 'x-forwarded-for': '127.0.0.1' }, { expect: '100-continue' },
]
