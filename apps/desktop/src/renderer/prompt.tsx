// Entry of prompt.html.
import { promptCatalogs } from './messages/prompt-catalogs.ts';
import { mount } from './mount.tsx';
import { PromptPage } from './prompt/prompt-page.tsx';

mount(<PromptPage />, promptCatalogs);
