# One case by actuar's Panjer recursion, as often as asked: a line on standard input is one run.
# Arguments: file of contracts (threshold, cap, copay, family cap), incidence, mean cost, cv, step.
# The lattice is made of its limited expected values by hand: its own "unbiased" rounding of a layer loses the
# atom at 0. Copays, family caps and family sizes are put on by hand too.
suppressMessages(ok <- requireNamespace("actuar", quietly = TRUE))
if (!ok) { cat("absent actuar is not installed\n"); quit(status = 0) }
suppressMessages(library(actuar))
given <- commandArgs(trailingOnly = TRUE)
contracts <- as.matrix(read.csv(given[1], header = FALSE))
number <- as.numeric(given[2:5])
incidence <- number[1]; sigma <- sqrt(log1p(number[3]^2)); mu <- log(number[2]) - sigma^2 / 2; step <- number[4]
shares <- c(.05, .09, .13, .20, .22, .15, .09, .07)
pair <- paste(contracts[, 1], contracts[, 2])

run <- function() {
  found <- matrix(0, nrow(contracts), 2)
  for (rows in split(seq_len(nrow(contracts)), pair)) {
    threshold <- contracts[rows[1], 1]; cap <- contracts[rows[1], 2]
    limited <- levlnorm(threshold + step * (0:(cap / step)), mu, sigma)
    event <- -diff(c(1, diff(limited) / step, 0))
    family <- numeric(0)
    for (size in seq_along(shares)) {
      year <- aggregateDist("recursive", model.freq = "poisson", model.sev = event, lambda = incidence * size,
                            x.scale = step, tol = 1e-10, maxit = 1e6)
      masses <- get("fs", environment(year))
      longer <- numeric(max(length(family), length(masses)))
      longer[seq_along(family)] <- family
      longer[seq_along(masses)] <- longer[seq_along(masses)] + shares[size] * masses
      family <- longer
    }
    amounts <- step * (seq_along(family) - 1)
    for (row in rows) {
      paid <- pmin((1 - contracts[row, 3]) * amounts, contracts[row, 4])
      mean <- sum(family * paid)
      found[row, ] <- c(mean, sum(family * paid^2) - mean^2)
    }
  }
  found
}

spent <- function() sum(proc.time()[c(1, 2)])
began <- spent()
invisible(run())
first <- max(spent() - began, 1e-3)
cat("ready actuar", as.character(packageVersion("actuar")), paste0("(R ", getRversion(), ")"), "\n")
repeats <- min(25, max(1, floor(0.05 / first)))
input <- file("stdin", "r")
while (length(readLines(input, n = 1)) > 0) {
  began <- spent()
  for (i in seq_len(repeats)) found <- run()
  cat(format((spent() - began) / repeats, digits = 9), format(t(found), digits = 15), "\n")
}
