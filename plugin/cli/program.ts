/** How people call us: as a plugin of kubectl. */
export const PROGRAM = 'kubectl backup'
