import { POSTGRES_IMAGE, secret } from '../e2e/kit/objects.ts'
import { kubectl, until } from '../e2e/kit/kubectl.ts'

/** Claim that the StatefulSet's only pod uses. */
export const CLAIM = 'data-postgres-0'
const PASSWORD = 'demo-password'
const PODS = ['-l', 'app=postgres']

/** A PostgreSQL in a StatefulSet with one volume, and the Secret with its password. */
export function databaseObjects(storageClassName: string | undefined, replicas = 1): readonly object[] {
  return [
    secret('postgres', { PGPASSWORD: PASSWORD }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'postgres' }, spec: { clusterIP: 'None', selector: { app: 'postgres' }, ports: [{ port: 5432 }] } },
    {
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'postgres' },
      spec: {
        serviceName: 'postgres', replicas, podManagementPolicy: 'Parallel', selector: { matchLabels: { app: 'postgres' } },
        template: { metadata: { labels: { app: 'postgres' } }, spec: podSpec() },
        volumeClaimTemplates: [{
          metadata: { name: 'data', labels: { app: 'postgres' } },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...(storageClassName === undefined ? {} : { storageClassName }) },
        }],
      },
    },
  ]
}

/** On an empty volume a new database is made, and loaded from /data/dump.sql when a restore has left one there. */
const START = `
set -e
bin=$(echo /usr/lib/postgresql/*/bin)
mkdir -p /data/pgdata /run/postgresql
chown postgres /data/pgdata /run/postgresql
as="setpriv --reuid=postgres --regid=postgres --clear-groups"
if [ ! -s /data/pgdata/PG_VERSION ]; then
  printf %s "$PGPASSWORD" > /tmp/password
  chown postgres /tmp/password
  chmod 700 /data/pgdata
  $as $bin/initdb -D /data/pgdata --auth-host=scram-sha-256 --auth-local=trust --pwfile=/tmp/password >/tmp/initdb.log
  echo "host all all all scram-sha-256" >> /data/pgdata/pg_hba.conf
  if [ -s /data/dump.sql ]; then
    $as $bin/pg_ctl -D /data/pgdata -w -o "-c listen_addresses=" start
    psql -h /run/postgresql -U postgres -v ON_ERROR_STOP=1 -qf /data/dump.sql
    $as $bin/pg_ctl -D /data/pgdata -w stop
  fi
fi
exec $as $bin/postgres -D /data/pgdata -c listen_addresses='*'
`

function podSpec(): object {
  return {
    terminationGracePeriodSeconds: 5,
    containers: [{
      name: 'postgres', image: POSTGRES_IMAGE, imagePullPolicy: 'IfNotPresent', command: ['/bin/sh', '-c', START], securityContext: { runAsUser: 0 },
      env: [{ name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'postgres', key: 'PGPASSWORD' } } }],
      readinessProbe: { exec: { command: ['psql', '-h', '127.0.0.1', '-U', 'postgres', '-c', 'select 1'] }, periodSeconds: 1, timeoutSeconds: 5 },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    }],
  }
}

/** Waits until every replica answers a query. */
export async function databaseReady(namespace: string, pod = 'postgres-0'): Promise<void> {
  await until(`${namespace}/${pod} to be ready`, async () => {
    const ready = await kubectl(['-n', namespace, 'get', 'pod', pod, '--ignore-not-found', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'])
    return ready === 'True'
  }, 180).catch(async error => {
    throw new Error(await kubectl(['-n', namespace, 'describe', 'pod', ...PODS]), { cause: error })
  })
}

/** Runs SQL in the database; the answer without headers. */
export async function sql(namespace: string, query: string): Promise<string> {
  return (await kubectl(['-n', namespace, 'exec', 'postgres-0', '--', 'psql', '-U', 'postgres', '-h', '127.0.0.1', '-v', 'ON_ERROR_STOP=1', '-Atqc', query])).trim()
}

/** Runs a shell script in the database's pod. */
export async function inDatabase(namespace: string, script: string): Promise<string> {
  return (await kubectl(['-n', namespace, 'exec', 'postgres-0', '--', '/bin/sh', '-ec', script])).trim()
}
