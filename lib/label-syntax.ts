const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Whether Kubernetes takes this for the name of most objects: a DNS subdomain. Such a name, made a label's value by `labelValue()`, is one. */
export const isSubdomain = (text: string): boolean => text.length <= 253 && SUBDOMAIN.test(text)

/** Whether Kubernetes takes this for a label's key: a name, or a DNS subdomain and a name. */
export const isLabelKey = (text: string): boolean => {
  const [name = '', prefix, ...more] = text.split('/').toReversed()
  return more.length === 0 && NAME.test(name) && (prefix === undefined || isSubdomain(prefix))
}

/** Whether Kubernetes takes this for a label's value. */
export const isLabelValue = (text: string): boolean => text === '' || NAME.test(text)
