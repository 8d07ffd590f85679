// Comments that events said were edited: GitHub's times are whole seconds, which do not tell an edit that is made at once.

export interface EditedComments {
  note(comment: number): void;
  has(comment: number): boolean;
}

const KEPT = 10_000;

export function createEditedComments(): EditedComments {
  const edited = new Set<number>();
  return {
    note: (comment) => {
      edited.add(comment);
      const [oldest] = edited.size > KEPT ? edited : [];
      if (oldest !== undefined) edited.delete(oldest);
    },
    has: (comment) => edited.has(comment),
  };
}
