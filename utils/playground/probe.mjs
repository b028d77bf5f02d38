import {mount} from "./frame.mjs";
import {probe} from "./probe_tasks.mjs";
import {ProbeView} from "./probe_view.mjs";

mount(probe, ProbeView);
