import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Component } from './component.ts'
import { answers } from './probe.ts'

/** Names of the cluster; any other does not exist, because pods have no way out. */
export const coredns: Component = {
  name: 'coredns',
  prepare: (layout) => {
    const config = `cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {
  bind ${layout.nodeAddress}
  errors
  ready ${layout.nodeAddress}:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${layout.kubeconfig}
    ttl 2
  }
}
.:53 {
  bind ${layout.nodeAddress}
  errors
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`
    writeFileSync(join(layout.stateDir, 'Corefile'), config)
  },
  command: (layout) => [join(layout.binDir, 'coredns'), '-conf', join(layout.stateDir, 'Corefile')],
  ready: (layout) => answers(`http://${layout.nodeAddress}:8181/ready`),
}
