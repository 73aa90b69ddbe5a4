export async function evaluatePart(..._a: any[]): Promise<any> { throw new Error('soon'); }
