"""Files for banks and their answers: pure functions over values, the same input gives the same bytes."""
