package detect

import "slices"

// Unique are the texts without repetition, in their order.
func Unique(all []string) []string {
	var once []string
	for _, s := range all {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}
