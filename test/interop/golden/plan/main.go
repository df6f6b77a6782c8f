// Golden build plans: which of the buildpacks that said yes take part, and what is asked of whom.
package main

import (
	"sort"
	"sync"

	apexlog "github.com/apex/log"
	"github.com/apex/log/handlers/discard"
	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/phase"
	"github.com/buildpacks/lifecycle/platform/files"

	"dema.example/interop/golden/cases"
)

//go:generate go run . ../../cases/plan.json ../plan.golden.json

type sections struct {
	Provides []string `json:"provides"`
	// A name, or a name with metadata.
	Requires []require `json:"requires"`
}

type require struct {
	Name     string         `json:"name"`
	Metadata map[string]any `json:"metadata"`
}

type member struct {
	Id       string `json:"id"`
	Optional bool   `json:"optional"`
	sections
	Or []sections `json:"or"`
}

// What a case says: the members of one group that all said yes. Without any, it stands for the truth table.
type planCase struct {
	Members []member `json:"members"`
	// All groups of three members that each provide, require, both or neither, of one name, and are optional or not.
	TruthTable bool `json:"truthTable"`
}

type settled struct {
	Group   []string `json:"group"`
	Entries []entry  `json:"entries"`
}

type entry struct {
	Providers []string            `json:"providers"`
	Requires  []buildpack.Require `json:"requires"`
}

func main() {
	cases.Generate(func(given planCase) (any, error) {
		if given.TruthTable {
			return truthTable()
		}
		return settle(given.Members)
	})
}

// The settled plan, or the word `refused`.
func settle(members []member) (any, error) {
	var group []buildpack.GroupElement
	runs := &sync.Map{}
	for _, one := range members {
		element := buildpack.GroupElement{ID: one.Id, Version: "1", API: "0.10", Optional: one.Optional}
		group = append(group, element)
		plan := buildpack.BuildPlan{PlanSections: planSections(one.sections)}
		for _, alternative := range one.Or {
			plan.Or = append(plan.Or, planSections(alternative))
		}
		runs.Store(element.Kind()+" "+element.String(), buildpack.DetectOutputs{BuildPlan: plan})
	}
	resolver := phase.NewDefaultDetectResolver(&apexlog.Logger{Handler: discard.New()})
	found, entries, err := resolver.Resolve(group, runs)
	if err == phase.ErrFailedDetection {
		return "refused", nil
	}
	if err != nil {
		return nil, err
	}
	return settled{idsOf(found), plainEntries(entries)}, nil
}

func planSections(from sections) buildpack.PlanSections {
	var plan buildpack.PlanSections
	for _, name := range from.Provides {
		plan.Provides = append(plan.Provides, buildpack.Provide{Name: name})
	}
	for _, one := range from.Requires {
		plan.Requires = append(plan.Requires, buildpack.Require{Name: one.Name, Metadata: one.Metadata})
	}
	return plan
}

// The lifecycle's own order of entries is that of a Go map, another at every run.
func plainEntries(entries []files.BuildPlanEntry) []entry {
	sort.Slice(entries, func(i, j int) bool { return entries[i].Requires[0].Name < entries[j].Requires[0].Name })
	plain := []entry{}
	for _, one := range entries {
		plain = append(plain, entry{idsOf(one.Providers), one.Requires})
	}
	return plain
}

func idsOf(elements []buildpack.GroupElement) []string {
	ids := []string{}
	for _, element := range elements {
		ids = append(ids, element.ID)
	}
	return ids
}
