// Users of this machine by name, for people who do not know numbers.
import { z } from 'zod';

export const userSchema = z.object({ uid: z.number(), name: z.string() });

export type User = Readonly<z.infer<typeof userSchema>>;
