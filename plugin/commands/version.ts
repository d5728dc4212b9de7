import packageJson from '../../package.json' with { type: 'json' }
import { GROUP } from '../../lib/api.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { ApiFailure } from '../api/api-error.ts'
import type { Client } from '../api/client.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { DEPLOYMENT } from '../api/kinds.ts'
import { fields } from '../output/fields.ts'
import { serialize } from '../output/print.ts'

export default command({
  positionals: {},
  flags: {
    client: { type: 'boolean', default: false, describe: 'Only the version of this plugin' },
    'system-namespace': { type: 'string', default: 'holdfast-system', requiresArg: true, describe: 'Namespace that Holdfast is installed in' },
    output: { alias: 'o', type: 'string', choices: ['json', 'yaml'], requiresArg: true, describe: 'Output format; default is text' },
  },
  run: async (context, args) => {
    const own = { client: packageJson.version }
    if (args.client) {
      context.output.line(args.output === 'json' || args.output === 'yaml' ? await serialize(own, args.output) : `Client: ${own.client}`)
      return EXIT.ok
    }
    const versions = { ...own, ...await serverVersions(await context.client(), args.systemNamespace) }
    if (args.output === 'json' || args.output === 'yaml') context.output.line(await serialize(versions, args.output))
    else {
      const { client, hooks, hooksImage, api, kubernetes } = versions
      context.output.line(fields([
        ['Client', client], ['Hooks', hooks ?? `<not found in namespace ${args.systemNamespace}>`], ['Hooks image', hooksImage],
        ['API', api ?? '<not installed>'], ['Kubernetes', kubernetes],
      ]))
    }
    return EXIT.ok
  },
})

interface Versions {
  /** Tag of the hooks' image. */
  readonly hooks?: string
  readonly hooksImage?: string
  /** Version of our API that the cluster prefers. */
  readonly api?: string
  readonly kubernetes?: string
}

type Deployment = KubeObject & {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } }
}

const serverVersions = async (client: Client, namespace: string): Promise<Versions> => {
  const [deployment, group, kubernetes] = await Promise.all([
    unlessRefused(client.get<Deployment>(DEPLOYMENT, { namespace, name: 'holdfast-hooks' })),
    unlessRefused(client.read<{ readonly preferredVersion: { readonly groupVersion: string } }>(`/apis/${GROUP}`)),
    unlessRefused(client.read<{ readonly gitVersion: string }>('/version')),
  ])
  const hooksImage = deployment?.spec.template.spec.containers[0]?.image
  return { hooks: tagOf(hooksImage), hooksImage, api: group?.preferredVersion.groupVersion, kubernetes: kubernetes?.gitVersion }
}

/** Absent or forbidden parts are left out; an unreachable server is an error. */
const unlessRefused = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 404 || error.status === 403)) return undefined
    throw error
  }
}

const tagOf = (image: string | undefined): string | undefined =>
  image === undefined ? undefined : /:([^/:@]+)(@|$)/.exec(image)?.[1] ?? image
