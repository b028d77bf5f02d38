import {attention} from "./attention_tasks.mjs";
import {AttentionView} from "./attention_view.mjs";
import {mount} from "./frame.mjs";

mount(attention, AttentionView);
