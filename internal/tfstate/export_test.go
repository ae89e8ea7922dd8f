package tfstate

// ReadLimited lets tests lower the limit, which is too high to be reached.
var ReadLimited = readLimited

// TreeOf lets tests hold it against encoding/json.
var TreeOf = treeOf
