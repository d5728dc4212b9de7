import type { Destination } from '../../schemas/generated/types.ts'
import { usageFailure } from '../cli/failure.ts'

/** Flags that describe where the bytes go. */
export const DESTINATION_FLAGS = {
  url: { type: 'string', requiresArg: true, describe: 's3://bucket/prefix, nfs://server/path or pvc://claim/path' },
  endpoint: { type: 'string', requiresArg: true, describe: 'Address of an S3-compatible store; default is AWS' },
  region: { type: 'string', requiresArg: true, describe: 'S3 region' },
  'credentials-secret': { type: 'string', requiresArg: true, describe: 'Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (s3) and RESTIC_PASSWORD (strategy external)' },
  'storage-class': { type: 'string', requiresArg: true, describe: 'S3 storage class of the data' },
} as const

export interface DestinationArguments {
  readonly url: string
  readonly endpoint?: string
  readonly region?: string
  readonly credentialsSecret?: string
  readonly storageClass?: string
}

/**
 * The destination; its type is the scheme of the url.
 * @throws Failure (usage) for another scheme or a missing Secret; the API server checks the rest.
 */
export const destinationOf = (args: DestinationArguments): Destination => {
  const type = /^(s3|nfs|pvc):\/\//.exec(args.url)?.[1] as Destination['type'] | undefined
  if (type === undefined) throw usageFailure(`--url must begin with s3://, nfs:// or pvc://; got "${args.url}"`)
  if (type === 's3' && args.credentialsSecret === undefined) {
    throw usageFailure('an s3:// url needs --credentials-secret: the name of a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  }
  const { url, endpoint, region, credentialsSecret, storageClass } = args
  return {
    type, url,
    ...endpoint !== undefined && { endpoint },
    ...region !== undefined && { region },
    ...credentialsSecret !== undefined && { credentialsSecret },
    ...storageClass !== undefined && { storageClass: storageClass as Destination['storageClass'] },
  }
}
