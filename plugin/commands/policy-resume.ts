import { suspension } from '../actions/suspension.ts'

export default suspension(false)
