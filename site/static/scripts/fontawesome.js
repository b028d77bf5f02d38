/* The theme's file of this name weighs 1.5 MB. The dozen icons that our pages show stand in course.css. */
