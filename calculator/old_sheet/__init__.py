"""Old calculator sheets: their terms and premiums, and line by line why ours differ. Pure: no Django."""
