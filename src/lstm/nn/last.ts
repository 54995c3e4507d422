/** No layer is one of these. */
export class LastLayer {}
