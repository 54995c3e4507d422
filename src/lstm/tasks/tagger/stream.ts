/** No network gives the stream that this one is made of. */
export class TaggerStream {}
