/** The Nodes that Otto is made for: the oldest that is promised, and the newest of each line that is maintained. */
export const NODE_VERSIONS = ['20.19.0', '22', '24'];
