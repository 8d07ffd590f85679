/** Where in a text something stands that has the form of a secret. */
export interface SecretForm {
  /** Index into the text. */
  readonly offset: number;
  readonly length: number;
  /** To follow "found"; never a part of the text. */
  readonly what: string;
}
