import {mount} from "./frame.mjs";
import {gradient} from "./gradient_tasks.mjs";
import {GradientView} from "./gradient_view.mjs";

mount(gradient, GradientView);
