import { defaults, fieldsOf, isFields, listOf, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import { canonicalQuantities } from './quantity.ts'

/** What Kubernetes fills into every pod spec, be it a pod's or a template's. */
export function defaultPodSpec(spec: Fields): void {
  defaults(spec, { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', securityContext: {}, terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler' })
  if (spec.serviceAccountName !== undefined) spec.serviceAccount ??= spec.serviceAccountName
  for (const container of containersOf(spec)) defaultContainer(container)
  for (const volume of listOf(spec.volumes)) defaultVolume(volume)
}

/** What is wrong with a pod spec, as far as Holdfast could get it wrong. */
export function checkPodSpec(spec: Fields, path: string): FieldError[] {
  const errors: FieldError[] = []
  const containers = listOf(spec.containers)
  if (containers.length === 0) errors.push({ field: `${path}.containers`, reason: 'FieldValueRequired', message: 'Required value' })
  const volumes = new Set(listOf(spec.volumes).map(({ name }) => name))
  const seen = new Set<unknown>()
  for (const [list, items] of [['initContainers', listOf(spec.initContainers)], ['containers', containers]] as const) {
    items.forEach((container, index) => errors.push(...checkContainer(container, { path: `${path}.${list}[${index}]`, volumes, seen })))
  }
  return errors
}

/** Containers of all sorts. */
export function containersOf(spec: Fields): Fields[] {
  return [...listOf(spec.initContainers), ...listOf(spec.containers)]
}

function checkContainer(container: Fields, around: { readonly path: string; readonly volumes: ReadonlySet<unknown>; readonly seen: Set<unknown> }): FieldError[] {
  const { path, volumes, seen } = around
  const errors: FieldError[] = []
  if (!container.name) errors.push({ field: `${path}.name`, reason: 'FieldValueRequired', message: 'Required value' })
  else if (seen.has(container.name)) errors.push({ field: `${path}.name`, reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(container.name)}` })
  seen.add(container.name)
  if (!container.image) errors.push({ field: `${path}.image`, reason: 'FieldValueRequired', message: 'Required value' })
  listOf(container.volumeMounts).forEach((mount, index) => {
    if (!volumes.has(mount.name)) errors.push({ field: `${path}.volumeMounts[${index}].name`, reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(mount.name)}` })
  })
  return errors
}

function defaultContainer(container: Fields): void {
  const image = String(container.image ?? '')
  const latest = /:latest$/.test(image) || !/[:@][^/]*$/.test(image)
  defaults(container, { imagePullPolicy: latest ? 'Always' : 'IfNotPresent', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {} })
  canonicalQuantities(container.resources)
  for (const port of listOf(container.ports)) port.protocol ??= 'TCP'
  for (const variable of listOf(container.env)) {
    const field = fieldsOf(variable.valueFrom).fieldRef
    if (isFields(field)) field.apiVersion ??= 'v1'
  }
}

const MODES: Readonly<Record<string, number>> = { secret: 420, configMap: 420, downwardAPI: 420, projected: 420 }

function defaultVolume(volume: Fields): void {
  if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
  for (const [source, value] of Object.entries(volume)) {
    if (!isFields(value)) continue
    if (MODES[source] !== undefined) value.defaultMode ??= MODES[source]
    if (source === 'hostPath') value.type ??= ''
  }
}
