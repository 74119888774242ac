package rust

import "github.com/dockgen/dockgen/internal/fact"

// embeds are the paths, relative to the root of the view, that the sources put into the program.
func (c *crate) embeds() []fact.Of[string] { return nil }
