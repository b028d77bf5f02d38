import {mount} from "./frame.mjs";
import {GatesView} from "./gates_view.mjs";
import {gru} from "./gru_tasks.mjs";

mount(gru, GatesView);
