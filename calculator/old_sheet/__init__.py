"""Old calculator sheets: read their terms and premiums, and say line by line why ours differ. Pure: no Django."""
