/* Search: the theme shows two boxes; see below. */
