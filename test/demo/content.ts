import { inDatabase, sql } from './database.ts'

const ROWS = 10_000

/** Fills the database and writes files of several sorts beside it. */
export async function writeContent(namespace: string): Promise<void> {
  await sql(namespace, `create table accounts (id int primary key, owner text, balance numeric);
    insert into accounts select n, 'owner ' || n, n * 1.5 from generate_series(1, ${ROWS}) n; checkpoint`)
  await inDatabase(namespace, `
    mkdir -p /data/files/empty && cd /data/files
    for n in $(seq 200); do head -c $((n * 500)) /dev/urandom > "file $n"; done
    ln "file 1" hard-link; ln -s "file 2" symbolic-link; mkfifo pipe
    truncate -s 64M sparse; printf end >> sparse
    chmod 4711 "file 3"; chown 4711:4712 "file 4"; touch -d '2001-02-03 04:05:06.123456789' "file 5"; sync`)
}

/** sha256 over every file with its kind, mode, owner, time, link target and bytes, and over the table's rows. */
export async function contentHash(namespace: string): Promise<string> {
  const files = await inDatabase(namespace, `cd /data/files
    { find . -mindepth 1 \\( -type f -printf '%s ' -o -true \\) -printf '%y %m %U %G %T@ %l %p\\n' | sort
      find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f1`)
  const rows = await sql(namespace, `select encode(sha256(convert_to('${files}' || string_agg(a::text, ';' order by id), 'UTF8')), 'hex') from accounts a`)
  if (!/^[0-9a-f]{64}$/.test(rows)) throw new Error(`content hash of ${namespace}: expected 64 hex digits, got ${JSON.stringify(rows)}`)
  return rows
}

/** Proves by query that the rows are there; throws with what was found otherwise. */
export async function assertRows(namespace: string): Promise<void> {
  const found = await sql(namespace, 'select count(*), sum(balance) from accounts')
  const expected = `${ROWS}|${(ROWS * (ROWS + 1) / 2 * 1.5).toFixed(1)}`
  if (found !== expected) throw new Error(`rows of ${namespace}: expected ${expected}, got ${found}`)
}
