package main

import (
	"math"
	"math/rand/v2"
)

// between draws a number evenly from a range.
func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// spread draws a number from a range evenly by its logarithm.
func spread(r *rand.Rand, low, high float64) float64 {
	return low * math.Exp(r.Float64()*math.Log(high/low))
}

// mood draws a factor around 1 with a standard deviation of its logarithm.
func mood(r *rand.Rand, sigma float64) float64 {
	return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2)
}

// once is true once in so many draws.
func once(r *rand.Rand, in float64) bool { return r.Float64()*in < 1 }

// poisson draws how many events happen where so many are expected.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, product, n := math.Exp(-mean), r.Float64(), 0
	for product > limit {
		product *= r.Float64()
		n++
	}
	return n
}
