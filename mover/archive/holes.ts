/**
 * Whether tar may look for holes on a file system of this type (of statfs). GNU tar takes a file without blocks for one hole and never
 * reads it; where blocks are counted late, or not at all, the archive would hold zeros and nobody would be told.
 */
export function mayHaveHoles(type: number): boolean {
  return Object.values(COUNTS_BLOCKS).includes(type)
}

/**
 * An allow-list, for a hole that is stored as zeros costs only time and room. Left out on purpose: FUSE (blobfuse2 and others count none),
 * NFS, SMB and 9p (servers that keep small files beside the name, or delay their writes, count none), Ceph (counts by length: it shows no hole),
 * ZFS (versions up to 2.2.1 may show holes where data was written a moment ago).
 */
const COUNTS_BLOCKS = {
  ext: 0xef53, xfs: 0x58465342, btrfs: 0x9123683e, f2fs: 0xf2f52010, tmpfs: 0x01021994,
  // Shows the counts of the file system below, which for a volume is a local one.
  overlay: 0x794c7630,
}
