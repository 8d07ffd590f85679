// What several parts of the model are made of.

export type TextMap = Readonly<Record<string, string>>;

/** Parts that Convox hands on to Kubernetes without looking into them. */
export type Opaque = string | number | boolean | null | readonly Opaque[] | { readonly [key: string]: Opaque };
