package main

import "strings"

// What a member may do with the one name of the truth table; the mark `?` makes it optional.
var roles = []string{"-", "provides", "requires", "both", "-?", "provides?", "requires?", "both?"}

// By the roles of three members, those that take part in the group by their places, or `refused`.
func truthTable() (any, error) {
	table := map[string]string{}
	for _, first := range roles {
		for _, second := range roles {
			for _, third := range roles {
				row := []string{first, second, third}
				result, err := settle(membersOf(row))
				if err != nil {
					return nil, err
				}
				table[strings.Join(row, ", ")] = shortly(result)
			}
		}
	}
	return table, nil
}

func membersOf(row []string) []member {
	var members []member
	for index, role := range row {
		name, isOptional := strings.CutSuffix(role, "?")
		one := member{Id: string(rune('1' + index)), Optional: isOptional}
		if name == "provides" || name == "both" {
			one.Provides = []string{"x"}
		}
		if name == "requires" || name == "both" {
			one.Requires = []require{{Name: "x"}}
		}
		members = append(members, one)
	}
	return members
}

func shortly(result any) string {
	if plan, isSettled := result.(settled); isSettled {
		return strings.Join(plan.Group, " ")
	}
	return "refused"
}
