/** Whose link takes the change back, and the address that it was changed to. */
export type UndoPayload = Readonly<{
  undoId: string;
  newEmail: string;
}>;
