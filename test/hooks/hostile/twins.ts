import type { Scene } from './scene.ts'

/** So many requests, no two of which are about the same objects: each scene again and again, every time in a namespace of its own. */
export function twinsOf(scenes: readonly Scene[], count: number): readonly Scene[] {
  return Array.from({ length: count }, (_, index) => twin(scenes[index % scenes.length] as Scene, index))
}

/** The namespace of a scene is part of the name of whatever is one in the whole cluster. */
function twin(scene: Scene, index: number): Scene {
  const name = `${index}-${scene.name}`
  const text = JSON.stringify({ body: scene.body, objects: [...scene.objects] }).replaceAll(`shop-${scene.name}`, `shop-${name}`)
  const { body, objects } = JSON.parse(text) as { body: Scene['body']; objects: [string, Scene['objects'] extends ReadonlyMap<string, infer Value> ? Value : never][] }
  return { name, path: scene.path, body, objects: new Map(objects) }
}
