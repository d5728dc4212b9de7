/** A root file system that mmdebstrap makes. */
export interface Recipe {
  name: string
  suite: string
  packages: readonly string[]
  /** Adds the Node that runs this program, as /usr/local/bin/node. */
  node: boolean
  /** Before the packages are configured, as mmdebstrap's `--essential-hook`. */
  hooks?: readonly string[]
}

/** Base of the product's images in tests; it is the image of fixtures too, which need tar, ACLs and extended attributes. */
export const BASE: Recipe = {
  name: 'base',
  suite: 'trixie',
  packages: ['ca-certificates', 'restic', 'acl', 'attr', 'zstd', 'tar', 'libcap2-bin'],
  node: true,
}

/** A server, its client and nothing else. The user has the number that the official image has. */
export const POSTGRES: Recipe = {
  name: 'postgres',
  suite: 'trixie',
  packages: ['postgresql', 'postgresql-client'],
  node: false,
  hooks: [
    'echo postgres:x:999: >> "$1/etc/group"',
    'echo postgres:x:999:999::/var/lib/postgresql:/bin/bash >> "$1/etc/passwd"',
    'mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"',
  ],
}
