import type { Handler } from './unary.ts'
import type { Driver } from './driver.ts'

/** csi.v1.Identity. */
export function identity(driver: Driver): Record<string, Handler<unknown>> {
  return {
    GetPluginInfo: () => ({ name: driver.name, vendor_version: '1' }),
    GetPluginCapabilities: () => ({
      capabilities: ['CONTROLLER_SERVICE', 'VOLUME_ACCESSIBILITY_CONSTRAINTS'].map((type) => ({ service: { type } })),
    }),
    Probe: () => ({ ready: { value: true } }),
  }
}
