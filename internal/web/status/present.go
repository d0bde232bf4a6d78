package status

import "time"

// present is the moment that a page is about.
type present struct{ now time.Time }
