// How a program looks on a person's desktop: name and icon that a desktop entry claims for it. The path is what is proven.
import { z } from 'zod';

/** Where icons are served, beside the pages. */
export const ICON_FOLDER = 'app-icons/';

const LONGEST_APP = 4200;

export const appsToDescribeSchema = z.strictObject({
  /** Ids of Apps, which are paths where an App has one. */
  apps: z.array(z.string().min(1).max(LONGEST_APP)).max(200).readonly(),
  /** The person's, as in BCP 47, the one they like best first. */
  languages: z.array(z.string().max(64)).max(16).readonly(),
});

export const appLookSchema = z.object({
  app: z.string(),
  /** Claimed by whoever wrote the entry. */
  name: z.string(),
  /** Address of a picture, beside the page; absent where there is none. Only ever the source of an `<img>`. */
  icon: z.string().optional(),
});

export type AppsToDescribe = Readonly<z.infer<typeof appsToDescribeSchema>>;
export type AppLook = Readonly<z.infer<typeof appLookSchema>>;
