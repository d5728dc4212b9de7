import type { Driver } from './driver.ts'
import type { Handler } from './unary.ts'

interface Status { plugin_registered: boolean, error: string }

/** pluginregistration.Registration: what the kubelet's plugin watcher asks. */
export function registration(driver: Driver): Record<string, Handler<never>> {
  return {
    GetInfo: () => ({ type: 'CSIPlugin', name: driver.name, endpoint: driver.socket, supported_versions: ['1.0.0'] }),
    NotifyRegistrationStatus: (request: Status) => {
      process.stdout.write(request.plugin_registered ? 'registered with the kubelet\n' : `the kubelet refused: ${request.error}\n`)
      return {}
    },
  }
}
