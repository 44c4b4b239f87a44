// What a page asks of the shell around it: its own window, the main window, and what only an installed desktop has. Every call is
// answered with `done`: false says that this shell cannot do it, which is no failure.
import { z } from 'zod';

const nothing = z.undefined();
const doneSchema = z.object({ done: z.boolean() }).readonly();

export const shellSchema = z.object({
  kind: z.enum(['electron', 'browser']),
  /** `putWindowAside` takes the window off the screen; a browser's window stays. */
  windowCanHide: z.boolean(),
  /** Whether the desktop starts with the session; absent where the shell has no say in that. */
  autostart: z.boolean().optional(),
});

/** Every call by its name, as in `desktopContract`. */
export const windowContract = {
  getShell: { argument: nothing, result: shellSchema.readonly() },
  /** Until a question is asked that was not there yet. */
  putWindowAside: { argument: nothing, result: doneSchema },
  closeWindow: { argument: nothing, result: doneSchema },
  /** To the front, at one of its pages; at the last one without a name. */
  openMainWindow: {
    argument: z
      .strictObject({
        page: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,31}$/)
          .optional(),
      })
      .readonly(),
    result: doneSchema,
  },
  /** To the front, with what waits. */
  openPromptWindow: { argument: nothing, result: doneSchema },
  setAutostart: { argument: z.strictObject({ enabled: z.boolean() }).readonly(), result: doneSchema },
} as const;

type Calls = typeof windowContract;
export type WindowCallName = keyof Calls;
export type WindowCallArgument<C extends WindowCallName> = z.infer<Calls[C]['argument']>;
export type WindowCallResult<C extends WindowCallName> = z.infer<Calls[C]['result']>;
export type Shell = Readonly<z.infer<typeof shellSchema>>;
