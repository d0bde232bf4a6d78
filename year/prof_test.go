package main
import ("testing";"time")
func BenchmarkDay(b *testing.B){
 for range b.N { p := plan{seed: 1, from: time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC).Unix(), minutes: 3*1440, rules: "../deploy/prometheus/thulium.rules.yml", naive: "", scrape: 7, evaluate: 21}
 if _,err:=p.live(standin{}); err!=nil {b.Fatal(err)} } }
