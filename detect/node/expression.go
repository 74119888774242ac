package node

import "slices"

// maxExpression is how many tokens after a name are searched for its default.
const maxExpression = 40

// maxLiteral is how many tokens around a name are searched for the brackets that it stands in: a
// file of half a megabyte may have a hundred thousand names.
const maxLiteral = 2000

// fallbacks are what the expression around the name before i gives where the name is not set, each as
// its first words: what follows || and ??, both sides of a choice, default(...), = in a destructuring, the
// second argument of a getter. The expression may leave the calls that the name stands in, Number(name) || 3000,
// but neither its property nor its statement.
func fallbacks(t []token, i int) [][]token {
	var found [][]token
	depth, chosen := 0, false // brackets opened since; name ? Number(name) : 3000
	for j := i; j < len(t) && j < i+maxExpression; j++ {
		if depth == 0 && begins(t, j) || t[j].text == t[i-1].text && !chosen {
			return found
		}
		if t[j].kind != sign && t[j].text != "default" {
			continue
		}
		switch text := t[j].text; text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 && (text == "}" || !goesOn(t, j+1)) {
				return found
			}
			depth = max(depth, 0)
		case ",":
			if depth > 0 {
				break
			}
			end := closing(t, j)
			if end < 0 || t[end].text != ")" {
				return found
			}
			if j == i {
				found = append(found, operand(t, j+1))
			}
			j = end - 1 // the other arguments are of no matter
		case ";":
			return found
		case "||", "??", "default", "?":
			chosen = chosen || text == "?"
			found = append(found, operand(t, j+1))
		case ":":
			if chosen && depth == 0 {
				found = append(found, operand(t, j+1))
			}
		case "=":
			if j == i && !follows(t, j+1, "=") {
				found = append(found, operand(t, j+1))
			}
		}
	}
	return found
}

// operand are the first words of a value from i on.
func operand(t []token, i int) []token {
	end := i
	for end < len(t) && end < i+4 && !(t[end].kind == sign && slices.Contains([]string{",", ";", ")", "}", "]"}, t[end].text)) {
		end++
	}
	return t[i:end]
}

// begins reports whether a statement begins at i: a word on a new line after what ends a value.
func begins(t []token, i int) bool {
	before := t[i-1]
	return t[i].kind == word && t[i].line > before.line && (before.kind != sign || before.text == ")" || before.text == "]" || before.text == "}" || before.text == "!")
}

// goesOn reports whether what follows a call belongs to the expression that the call is in.
func goesOn(t []token, i int) bool {
	return i < len(t) && t[i].kind != quoted && slices.Contains([]string{"||", "??", "?", ")", ",", ".", "!", "as"}, t[i].text)
}

// closing is the bracket that ends what the comma at i stands in, -1 where a statement ends before,
// or it is far away.
func closing(t []token, i int) int {
	depth := 0
	for j := i; j < len(t) && j < i+maxLiteral; j++ {
		if t[j].kind != sign {
			continue
		}
		switch t[j].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 {
				return j
			}
		case ";":
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

// opening is the bracket that what stands at i is in, -1 where there is none nearby.
func opening(t []token, i int) int {
	depth := 0
	for j := i - 1; j >= 0 && j > i-maxLiteral; j-- {
		if t[j].kind != sign {
			continue
		}
		switch t[j].text {
		case ")", "]", "}":
			depth++
		case "(", "[", "{":
			if depth--; depth < 0 {
				return j
			}
		}
	}
	return -1
}

// object is the brace of the object literal, or block, that what stands at i is in, -1 where there is none.
func object(t []token, i int) int {
	from := i
	for i = opening(t, i); i >= 0 && t[i].text != "{"; i = opening(t, i) {
		if i < from-maxLiteral {
			return -1
		}
	}
	return i
}

// clients are calls that connect to another server, and are given its port.
var clients = []string{"createPool", "createConnection", "createClient", "createTransport", "Pool", "Client", "Sequelize", "Redis", "IORedis", "DataSource", "knex"}

// ofClient reports whether the name at i is part of what a client of another server is given, a database's
// mostly: in a call that makes one, or beside the host and a user, a password or a database.
func ofClient(t []token, i int) bool {
	open := object(t, i)
	if open < 0 {
		return false
	}
	if call := opening(t, open); call > 0 && t[call].text == "(" && slices.Contains(clients, t[call-1].text) {
		return true
	}
	keys := keysOf(t, open)
	beside := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(keys, n) })
	}
	return beside("host", "hostname", "server") && beside("user", "username", "password", "database", "dialect")
}

// keysOf are the names of an object literal that do not hold an object themselves.
func keysOf(t []token, open int) []string {
	var keys []string
	depth := 0
	for j := open + 1; j < len(t) && j < open+maxLiteral && depth >= 0; j++ {
		switch {
		case t[j].kind == sign && slices.Contains([]string{"(", "[", "{"}, t[j].text):
			depth++
		case t[j].kind == sign && slices.Contains([]string{")", "]", "}"}, t[j].text):
			depth--
		case depth == 0 && t[j].kind == word && (t[j-1].text == "{" || t[j-1].text == ",") && !(follows(t, j+1, ":") && follows(t, j+2, "{")):
			keys = append(keys, t[j].text)
		}
	}
	return keys
}
