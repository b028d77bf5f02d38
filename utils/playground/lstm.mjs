import {mount} from "./frame.mjs";
import {GatesView} from "./gates_view.mjs";
import {lstm} from "./lstm_tasks.mjs";

mount(lstm, GatesView);
