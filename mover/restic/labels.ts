/** What restic complained of while it restored, judged line by line: there may be one for each file. */
export interface LabelWatch {
  readonly line: (line: string) => void
  /** Whether the run that has just ended failed for nothing but labels. The next one is judged anew. */
  readonly forgiven: () => boolean
  /** Files of which a label could not be set, and so perhaps not the attributes after it. */
  readonly lost: () => number
}

/**
 * On nodes with SELinux nobody in a container may set or remove `security.selinux`: a file's label comes from its place there. restic has an
 * option to leave it alone since 0.18; from 0.17.1 on every file would be an error, and the restore a failure.
 */
export const NO_LABELS = ['--exclude-xattr', 'security.selinux'] as const

/** Tells a restore that failed for its labels from others. */
export function watchLabels(): LabelWatch {
  let [set, removed, others] = [0, 0, 0]
  return {
    line: line => {
      if (/xattr\.L?Set .* security\.selinux: /i.test(line)) set += 1
      else if (/xattr\.L?Remove .* security\.selinux: /i.test(line)) removed += 1
      else if (/"message_type": ?"error"|ignoring error|fatal|panic/i.test(line) && !/There were \d+ errors/.test(line)) others += 1
    },
    forgiven: () => {
      const only = set + removed > 0 && others === 0
      if (!only) [set, removed, others] = [0, 0, 0]
      return only
    },
    lost: () => set,
  }
}
