//! Keys and what they ask for.
