declare const brand: unique symbol;

/** A `T` that only the module owning `Name` can make, so a height never passes for an epoch. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
