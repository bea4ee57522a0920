/** `#set(`, with the space before it that it takes away where nothing else precedes it. */
export const SET = /[ \t]*#(?:set|\{set\}) *\(/y;

/** `#word` or `#{word}`. */
export const WORD = /#(?:([A-Za-z_@][\w@]*)|\{([A-Za-z_][\w@]*)\})/y;
