package progress

import (
	"math"
	"testing"
)

func TestPresumedGrowth(t *testing.T) {
	if want := math.Expm1(certainty / presumedSteps); presumedGrowth != want {
		t.Errorf("presumedGrowth is %v, want %v", presumedGrowth, want)
	}
}
